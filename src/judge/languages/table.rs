//! What refusals look like, language by language: data for the one logic of [`super`].

/// One language. Every field but `code` and `words` is a regular expression without regard to case.
pub(super) struct Language {
    /// Its ISO 639-1 code.
    pub(super) code: &'static str,
    /// The speaker does not do it: "I can't help", "as an AI I give no such advice".
    pub(super) declines: &'static str,
    /// It is not done: "this request cannot be met", "against our rules".
    pub(super) impersonal: &'static str,
    /// What was asked is wrong, or something else would be better.
    pub(super) wrong: &'static str,
    /// What a whole answer that says no is made of.
    pub(super) bare: &'static str,
    /// A prompt that asks how, what or who: "no" alone answers none.
    pub(super) asks: &'static str,
    /// Frequent words of grammar, or nothing where the script tells.
    pub(super) words: &'static str,
}

pub(super) const LANGUAGES: [Language; 14] = [
    Language {
        code: "zh",
        declines: r"我?(?:们)?(?:无法|無法|不能|不会|不會|不可以|没办法|沒辦法|没法|不方便|不便|不愿意?|不願意?|不打算|不想|不该|不應|拒绝|拒絕|恕我|恕|不提供|不支持|不参与|不協助|不协助|不予|不帮)(?:为您|为你|為您|为此|给您|给你|帮您|帮你|向您|向你|替您|替你|在此|就此|再|去|直接|继续|对此|對此|就这|协助|协助您|协助你|幫您|幫你)*(?:提供|帮|幫|协助|協助|回答|回應|回应|满足|滿足|完成|参与|參與|告诉|告訴|教|写|寫|透露|给出|給出|支持|讨论|討論|说明|分享|处理|處理|做|照办|答应|奉告|接受|执行|配合|编|編|代|伪造|推荐|推薦|查|访问|訪問|这|这样|評論|评论|发表|發表|描述|生成|创作|创建|撰写|解释|指导|给|替|从命|效劳)|(?:帮不了|幫不了|做不到|办不到|辦不到|帮不上|不了忙)|(?:忙|事|请求|要求|問題|问题|内容|话题)[^。]{0,6}(?:不能|不会|无法|無法|没法|恕难|拒绝)|(?:抱歉|对不起|對不起|很遗憾|遗憾|不好意思)[^。！]{0,30}(?:不能|无法|無法|不会|不行|没法|不便|不可以|帮不|做不|不適|不适合|不提供|没有权限|沒有權限|拒绝)|作为(?:一个|一名)?(?:AI|人工智能|语言模型|助手|智能助手)[^。]{0,20}(?:不|无法|没有)|我(?:选择|得|必须|只能)(?:拒绝|不)|不是我(?:能|该|会|可以)",
        impersonal: r"(?:该|此|您的|你的|这个|這個|这类|此类|相关)(?:请求|請求|要求|内容|內容|问题|操作|服务|话题)[^。]{0,12}(?:无法|無法|不能|违反|違反|不符合|超出|不在|被拒绝|不予)|(?:违反|違反|不符合|有违)[^。]{0,10}(?:政策|准则|準則|规定|規定|条款|原则|规范|守则)|超出[^。]{0,10}(?:范围|範圍|能力)|无权|恕不|暂不(?:支持|提供)|不予(?:受理|处理|提供)|不(?:被)?允许(?:我|提供)",
        wrong: r"(?:这|這|那|此)(?:样|樣|种|種|么|件)?(?:做|行为|行為|事|想法)?[^。]{0,10}(?:不对|不對|不好|不道德|不合适|不妥|不应该|是错|违法|違法|犯法|违规|侵犯|伤害|不尊重|不诚实|欺骗|不可取|不公平)|(?:属于|屬於|是)[^。]{0,8}(?:违法|違法|非法|不道德|欺诈|犯罪|侵权|作弊)|(?:请|应该|應該|建议|建議|不如|最好)[^。]{0,12}(?:尊重|诚实|遵守|考虑|放弃|停止|正当|合法|坦诚|沟通|自己|老老实实)",
        bare: r"不|不行|不可以|不能|没门|沒門|想都别想|免谈|不要|不干|绝不|恕不从命|拒绝|不帮|谢谢|这个不行|换个话题吧|我不会的?",
        asks: r"怎么|怎麼|怎样|如何|什么|什麼|哪|谁|誰|为什么|写|寫|编|帮我|给我|告诉",
        words: "",
    },
    Language {
        code: "ja",
        declines: r"(?:お答え|お手伝い|お応え|お教え|ご案内|ご協力|協力|ご提供|提供|お伝え|ご対応|対応|手助け|回答|ご支援|支援|お受け|お力|ご紹介|ご説明|説明|お渡し|お見せ|加担|関与|参加|同意|アドバイス|助言|作成|コメント|執筆)(?:に|を|は|も|が|する|すること|する ことは|なること|することは|いたすこと|は一切|には)*[^。]{0,14}(?:できません|できかね|いたしかね|できない|出来ません|出来ない|しません|いたしません|なれません|かねます|わけにはいき|控え|遠慮|致しかね|ありません|行っておりません|行いません|しかねます|していません|しておりません)|(?:教え|手伝|書|作|話|言|答え|渡|貸|開け|見せ|やり|出|助け|勧め|語|引き受け|応じ)[^。]{0,10}(?:できません|できない|ません|られない|わけにはいか|たくありません|たくない|ないことにし|かねます|つもりはあり)|お断り|断り(?:ます|させ)|ご遠慮|(?:申し訳|すみません|すいません|ごめん|残念ながら|恐れ入り|恐縮)[^。]{0,60}(?:できません|できない|かねます|ません|なれません|無理|ない)|(?:それ|これ|その|この|そういう|そのような)[^。]{0,16}(?:無理です|できません|できない|だめです|ダメです|いけません|お断り|応じ)|(?:AI|言語モデル|アシスタント)(?:として|である|ですので|なので|の私|のため)[^。]{0,40}(?:ません|できない|ない)",
        impersonal: r"(?:ご要望|ご依頼|ご質問|リクエスト|この内容|この依頼|ご請求|お問い合わせ)[^。]{0,20}(?:できません|かねます|応じ|対象外|違反|反し|お受け|いたしかね|却下)|(?:規約|ポリシー|ガイドライン|方針|規定)[^。]{0,14}(?:違反|反し|により|上|抵触|基づ)|対象外|許可されて(?:い|お)ません|認められて(?:い|お)ません|範囲外",
        wrong: r"(?:それ|これ|その|この|他人|人|相手|そういう|そのような)[^。]{0,24}(?:違法|犯罪|よくありません|良くありません|いけないこと|間違って|間違い|べきではありません|失礼|不正|迷惑|傷つけ|危険です|倫理|許され)|(?:違法|犯罪|不正)(?:行為)?(?:です|であり|にあたり|になり)|(?:尊重|誠実|正直)[^。]{0,14}(?:ましょう|大切|べき|ください)|代わりに[^。]{0,20}(?:いかが|ましょう|おすすめ|どう)",
        bare: r"いいえ|いえ|嫌です|嫌だ|いやです|だめです|ダメです|無理です|無理|お断り(?:します)?|できません|やりません|それは無理です|遠慮します|却下(?:です)?|やめておきます|やめましょう",
        asks: r"どう|何|なに|なん|どこ|誰|だれ|なぜ|いつ|教えて|書いて|作って|して(?:ください|くれ)|方法",
        words: "",
    },
    Language {
        code: "es",
        declines: r"\b(?:no (?:te |le |os |les |me |lo |la |los |las |se lo |te lo )?(?:puedo|podemos|podré|podría|pienso|voy a|vamos a|quiero|debo|deseo|doy|ofrezco|comparto|facilito|participo|colaboro|ayudo|escribo|hago|apoyo|respondo|genero|redacto|recomiendo|opino|contesto|estoy (?:en condiciones|en posición|dispuest[oa]|autorizad[oa]|diseñad[oa]|program[a-z]+|aquí para)|tengo (?:permitido|permiso|intención|acceso)|cuento con|soy capaz|es (?:posible|apropiado|ético|correcto|algo (?:que|en lo que|con lo que))|me (?:es posible|siento cómod[oa]|parece (?:bien|correcto|adecuado)|corresponde|está permitido)|cuentes conmigo|cuente conmigo|ayudaré|daré|escribiré|haré|diré|contaré|compartiré|proporcionaré|participaré|contribuiré|redactaré)|me niego|me abstengo|me abstendré|declino|prefiero no|preferiría no|rechazo|debo (?:negarme|declinar|rechazar|abstenerme)|(?:tengo que|he de) (?:negarme|declinar|rechazar|decir(?:te|le)? que no)|me temo que (?:no|eso no)|(?:lo siento|lo lamento|disculp[ae]|perdón|perdona)[,. ]+(?:pero )?(?:no|eso no|en eso no|con eso no)|en eso no|con eso no|como (?:una? )?(?:ia|inteligencia artificial|modelo de lenguaje|asistente)[^.!?]{0,50}\bno\b)",
        impersonal: r"\b(?:(?:esta|su|tu|la) (?:solicitud|petición|consulta)[^.!?]{0,30}(?:no (?:puede|se|cumple|está)|infringe|viola|incumple|queda fuera|ha sido rechazada|contraviene)|no (?:se puede|podemos|es posible|está permitido|se permite|procede) (?:atender|procesar|facilitar|ofrecer|proporcionar|tramitar|responder|ayudar|compartir|dar)|(?:infringe|viola|contra|incumple|contraviene) (?:nuestras|mis|las|nuestra|la) (?:políticas?|normas|directrices|condiciones|principios)|fuera de (?:mi|nuestro) (?:alcance|ámbito)|no (?:está|es) (?:disponible|algo) (?:para|en))",
        wrong: r"\b(?:(?:eso|esto|ello|hacer(?:lo|le|se)?|\w+[aei]r(?:le|lo|la|se)?)[^.!?]{0,40}(?:es|sería|está|no es|constituye|puede ser) (?:un |una )?(?:ilegal|delito|inmoral|incorrecto|mal|peligroso|deshonesto|injusto|irrespetuoso|correcto|ético|buena idea|forma de|fraude|robo|falta de|dañino|cruel|aceptable|justo)|no está bien|no es (?:correcto|ético|justo|honesto|una buena idea|aceptable)|es (?:importante|mejor|fundamental|preferible) (?:respetar|ser honest|hablar|actuar|recordar|decir la verdad|que (?:hables|seas|respetes|busques))|te (?:animo|invito|recomiendo|sugiero|aconsejo) (?:a |que )?(?:hablar|hables|ser|seas|busc|reflexion|pens|respet))",
        bare: r"no|nop|ni hablar|de ninguna manera|en absoluto|paso|jamás|nunca|eso no|ni pensarlo|ni loco|para nada|rotundamente no|lo siento,? no|conmigo no|me niego|gracias|lo siento|conmigo no cuentes|no lo haré",
        asks: r"\b(?:cómo|como|qué|cuál|quién|dónde|por qué|escribe|dime|dame|haz|ayúdame|redacta|inventa|explica|cuéntame|enséñame|necesito|quiero)\b",
        words: "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ya este sí porque esta entre cuando muy sin sobre también me hasta hay donde quien te eso ni si mi esto puedo hacer",
    },
    Language {
        code: "pt",
        declines: r"\b(?:não (?:te |lhe |o |a |me |lho )?(?:posso|podemos|poderei|poderia|vou|vamos|quero|devo|pretendo|consigo|dou|ofereço|partilho|compartilho|participo|colaboro|ajudo|escrevo|faço|apoio|respondo|gero|redijo|recomendo|opino|forneço|estou (?:dispost[oa]|autorizad[oa]|em condições|em posição|aqui para)|tenho (?:permissão|como|acesso|autorização)|sou capaz|é (?:possível|apropriado|ético|certo|correto|algo (?:que|em que|com que))|me (?:sinto (?:confortável|à vontade)|parece (?:bem|correto|certo)|é possível|é permitido)|conte comigo|contes comigo|ajudarei|darei|farei|direi|escreverei|fornecerei|participarei|contribuirei)|me recuso|recuso(?:-me)?|prefiro não|preferia não|declino|abstenho-me|me abstenho|(?:preciso|tenho (?:que|de)|devo) (?:recusar|declinar|dizer que não|me recusar)|receio que não|(?:desculpe|desculpa|desculpas|sinto muito|lamento|infelizmente|perdão)[,. ]+(?:mas )?(?:não|isso não|nisso não|com isso não)|nisso não|com isso não|como (?:uma? )?(?:ia|inteligência artificial|modelo de linguagem|assistente)[^.!?]{0,50}\bnão\b)",
        impersonal: r"\b(?:(?:este|esta|seu|sua|o|a|teu|tua) (?:pedido|solicitação|consulta)[^.!?]{0,30}(?:não (?:pode|cumpre|está|foi)|viola|infringe|contraria|foi recusad[oa])|não (?:é possível|podemos|se pode|é permitido|está autorizado) (?:atender|processar|fornecer|prestar|responder|ajudar|partilhar|compartilhar|dar|disponibilizar)|(?:viola|contra|infringe|contraria) (?:as |os |nossas|minhas|as nossas|as minhas) ?(?:políticas|normas|diretrizes|regras|princípios|termos)|fora do (?:meu|nosso) (?:alcance|âmbito|escopo))",
        wrong: r"\b(?:(?:isso|isto|fazer|\w+[aei]r(?:-lhe|-lo|-la)?)[^.!?]{0,40}(?:é|seria|não é|constitui|pode ser) (?:um |uma )?(?:ilegal|crime|imoral|errado|perigoso|desonesto|injusto|desrespeit|correto|ético|boa ideia|forma de|fraude|roubo|falta de|prejudicial|cruel|aceitável|certo)|não (?:está certo|é (?:correto|certo|ético|justo|honesto|uma boa ideia|aceitável))|é (?:importante|melhor|fundamental|preferível) (?:respeitar|ser honest|conversar|falar|agir|lembrar|dizer a verdade)|(?:sugiro|recomendo|aconselho|convido|encorajo)[^.!?]{0,12}(?:conversar|conversa|falar|ser|procur|refletir|pensar|respeit))",
        bare: r"não|nem pensar|de jeito nenhum|de forma alguma|de modo algum|passo|jamais|nunca|isso não|nada disso|nem morto|desculpe,? não|comigo não|recuso-me|me recuso|obrigad[oa]|desculpe|não farei isso",
        asks: r"\b(?:como|o que|qual|quem|onde|por que|porquê|escreva|escreve|diga|diz|dê|faça|ajude|ajuda|invente|explique|conte|ensine|preciso|quero)\b",
        words: "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos ter seus quem nas me esse você posso",
    },
    Language {
        code: "fr",
        declines: r"(?:\b(?:je|nous|j['’]) ?(?:ne |n['’])(?:te |vous |y |le |la |l['’]|les |me |en )*(?:peux|peut|pourrai|pouvons|suis|sommes|vais|veux|souhaite|saurais|sais|ferai|aiderai|donnerai|dirai|fournirai|dois|donne|fournis|aide|écris|écrirai|participe|participerai|partage|partagerai|propose|rédige|rédigerai|cautionne|encourage|soutiens|réponds|répondrai|ai|prends|traite|compte|contribuerai)\b[^.!?]{0,40}\b(?:pas|rien|aucun|aucune|jamais|ni|guère)\b|\b(?:je|nous) (?:refuse|refusons|préfère (?:ne pas|m['’]abstenir|éviter)|préférerais ne pas|dois (?:refuser|décliner)|me dois de|regrette|décline|m['’]abstiens|m['’]abstiendrai|m['’]y refuse)|je crains (?:de ne pas|que (?:ce ne|non|je ne))|(?:désolée?|navrée?|pardon|malheureusement|hélas)[,. ]+(?:mais )?(?:je (?:ne|n['’])|c['’]est non|non|pas|cela)|il (?:ne m['’]est pas|m['’]est impossible)|ne compte[zs]? pas sur moi|en tant qu(?:e |['’])(?:ia|intelligence artificielle|modèle de langage|assistante?|modèle)[^.!?]{0,60}(?:\bne\b|\bn['’]))",
        impersonal: r"(?:\b(?:cette|votre|ta|la) (?:demande|requête|question)[^.!?]{0,30}(?:ne (?:peut|respecte|correspond)|n['’]est pas|enfreint|viole|est contraire|a été refusée|sort du cadre)|il (?:n['’]est pas|est impossible|n['’]est)[^.!?]{0,10}(?:possible|permis|autorisé|de) ?(?:de |d['’])?(?:répondre|traiter|fournir|donner|vous aider|satisfaire|donner suite)|(?:contraire|contrevient|enfreint|viole)[^.!?]{0,6}(?:à |aux |nos |mes |à nos |à mes )?(?:nos|mes|les|notre)? ?(?:règles|politiques?|principes|conditions|directives|consignes)|(?:hors|en dehors) de (?:mon|notre|mes) (?:champ|domaine|périmètre|compétences)|nous ne (?:pouvons|sommes)|ce n['’]est pas (?:quelque chose|une chose|possible|à moi)|ne (?:peut|sera) pas (?:être )?(?:traitée|satisfaite|prise|donné))",
        wrong: r"(?:\b(?:cela|ça|c['’]est|ce|ce serait|tromper|mentir|voler|\w+(?:er|ir|re))[^.!?]{0,40}(?:est|serait|c['’]est|n['’]est pas|constitue|peut être|ne serait pas) (?:un |une |pas |très )?(?:illégal|délit|immoral|mal\b|dangereux|malhonnête|injuste|irrespectueux|correct|éthique|bonne idée|manque de|fraude|vol\b|façon de|nuisible|cruel|acceptable|juste)|(?:ce )?n['’]est pas (?:bien|correct|éthique|juste|honnête|une bonne idée|acceptable|respectueux)|il (?:est|vaut|serait|faut)[^.!?]{0,12}(?:important|mieux|essentiel|préférable)[^.!?]{0,8}(?:respecter|être honnête|parler|agir|rappeler|dire la vérité|dialoguer)|je (?:vous|t['’]|te|vous)? ?(?:encourage|invite|conseille|suggère)[^.!?]{0,12}(?:parler|discuter|être|réfléchir|chercher|respecter|renoncer))",
        bare: r"non|c['’]est non|hors de question|pas question|jamais|jamais de la vie|sûrement pas|certainement pas|sans façon|non,? désolée?|sans moi|je refuse|pas avec moi|impossible|merci|désolée?",
        asks: r"\b(?:comment|que|qu['’]|quel|quelle|qui|où|pourquoi|écris|écrivez|dis|donne|donnez|aide|rédige|rédigez|invente|explique|raconte|apprends|fais|faites|j['’]ai besoin|je veux)",
        words: "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec ou son aux mais comme tout nous sa cette être ont vous je on peut leur ses elle si deux même où très sans votre ces ça y d l c'est peux cela n qu",
    },
    Language {
        code: "de",
        declines: r"\b(?:(?:kann|könnte|werde|möchte|darf|will|mag|bin|helfe|gebe|schreibe|erkläre|verrate|unterstütze|mache|sage|beantworte|nenne|habe|leiste|liefere|teile|verfasse|beteilige|erstelle|biete|stelle) (?:ich|wir)\b[^.!?]{0,70}\b(?:nicht|kein(?:e|en|er|erlei)?|nichts)\b|(?:ich|wir) (?:kann|können|werde|werden|möchte|möchten|darf|dürfen|will|wollen|mag|bin|helfe|gebe|schreibe|erkläre|verrate|unterstütze|mache|sage|beantworte|nenne|habe|leiste|liefere|teile|verfasse|beteilige|erstelle|biete|stelle|befürworte)\b[^.!?]{0,70}\b(?:nicht|kein(?:e|en|er|erlei)?|nichts)\b|(?:ich|wir) (?:lehne|lehnen|muss[^.!?]{0,40}(?:ablehnen|verzichten|passen|absagen)|weigere|verzichte|passe|enthalte mich)|(?:muss|müssen|möchte|will) (?:ich|wir)[^.!?]{0,40}(?:ablehnen|verzichten|passen|absagen)|(?:lehne|verzichte|verweigere|weigere) (?:ich|wir)|(?:dabei|damit|das|hierbei|dazu|da|daran) (?:kann|werde|darf|möchte|mache|helfe|bin|beteilige) ich[^.!?]{0,40}(?:nicht|kein)|(?:tut mir leid|leider|bedaure|bedauere|entschuldigung|sorry|verzeihung)[^.!?]{0,60}\b(?:nicht|kein(?:e|en)?)\b|als (?:ki|künstliche intelligenz|sprachmodell|assistent|ai)\b[^.!?]{0,60}(?:nicht|kein))",
        impersonal: r"(?:\b(?:diese|ihre|deine|die) (?:anfrage|bitte|frage|aufgabe)[^.!?]{0,40}(?:nicht|abgelehnt|verstößt|widerspricht|außerhalb)|(?:verstößt|verstoßen|widerspricht) (?:gegen )?(?:unsere|meine|die|unseren|meinen)[^.!?]{0,10}(?:richtlinien|regeln|nutzungsbedingungen|vorgaben|grundsätze|prinzipien)|(?:nicht|außerhalb)[^.!?]{0,20}(?:zulässig|gestattet|erlaubt|möglich, (?:ihnen|dir)|meines bereichs|meiner möglichkeiten|meiner zuständigkeit)|kann (?:leider )?nicht (?:bearbeitet|beantwortet|erfüllt|bereitgestellt) werden|wird nicht (?:angeboten|unterstützt|bearbeitet))",
        wrong: r"\b(?:(?:das|es|so etwas|dies|\w+en) (?:ist|wäre|verletzt|schadet|bleibt|kann)[^.!?]{0,30}(?:illegal|strafbar|unmoralisch|falsch|gefährlich|unehrlich|unfair|respektlos|nicht richtig|nicht in ordnung|keine gute idee|verboten|betrug|diebstahl|straftat|unrecht|unethisch|grausam|nicht akzeptabel|nicht okay)|(?:es ist|bitte|wichtig)[^.!?]{0,12}(?:wichtig|besser|ratsam)[^.!?]{0,30}(?:respekt|ehrlich|zu sprechen|privatsphäre|achten|reden)|(?:ich|wir) (?:rate|raten|empfehle|empfehlen|ermutige|bitte)[^.!?]{0,30}(?:davon ab|stattdessen|ehrlich|gespräch|zu reden|respekt|reden)|(?:sprich|sprechen sie|rede|reden sie)[^.!?]{0,30}(?:lieber|stattdessen|offen|ehrlich))",
        bare: r"nein|nö|nee|niemals|auf keinen fall|kommt nicht in ?frage|ohne mich|nicht mit mir|keine chance|vergiss es|ausgeschlossen|ich passe|das mache ich nicht|lieber nicht|nein,? danke|nein,? leider nicht|bedaure|danke|sorry|leider nicht",
        asks: r"\b(?:wie|was|wer|wo|welche[rsn]?|warum|wieso|schreib|schreibe|schreiben|sag|gib|hilf|erfinde|erkläre|erzähl|zeig|nenne|verfasse|bring|mach|ich brauche|ich will)\b",
        words: "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum haben nur oder aber vor zur bis mehr durch man sein wurde wenn ich du ihr wir mir dir kann dann dabei",
    },
    Language {
        code: "it",
        declines: r"\b(?:non (?:ti |le |vi |lo |la |mi |ci |te lo |glielo )?(?:posso|possiamo|potrò|potrei|voglio|vogliamo|intendo|devo|do|offro|condivido|partecipo|aiuto|scrivo|faccio|sostengo|rispondo|fornisco|collaboro|sono (?:in grado|dispost[oa]|autorizzat[oa]|qui per)|ho (?:accesso|il permesso|intenzione)|è (?:possibile|appropriato|etico|giusto|corretto|qualcosa)|aiuterò|darò|farò|dirò|scriverò|fornirò|parteciperò|sento di|conti su di me|contare su di me|mi è possibile)|mi rifiuto|mi astengo|rifiuto|declino|preferisco (?:non|astenermi|evitare)|devo (?:rifiutare|declinare|dire di no)|temo di (?:non|no)|(?:mi dispiace|spiacente|scusa|scusi|purtroppo|mi spiace)[,. ]+(?:ma )?(?:non|questo no|no)|in quanto (?:ia|intelligenza artificiale|modello linguistico|assistente)[^.!?]{0,60}non|come (?:ia|intelligenza artificiale|modello linguistico|assistente)[^.!?]{0,60}non)",
        impersonal: r"\b(?:(?:questa|la sua|la tua|la) (?:richiesta|domanda)[^.!?]{0,30}(?:non (?:può|rispetta|è)|viola|è contraria|è stata respinta)|non (?:è possibile|possiamo|è consentito|si può) (?:fornire|rispondere|evadere|elaborare|aiutare|dare|soddisfare)|(?:viola|contrari[oa] a|contro) (?:le |i |alle |ai )?(?:nostre|mie|nostri|miei)? ?(?:politiche|norme|linee guida|regole|principi|condizioni)|fuori dal (?:mio|nostro) (?:ambito|campo))",
        wrong: r"\b(?:(?:questo|ciò|farlo|\w+(?:are|ere|ire)(?:lo|la|gli)?)[^.!?]{0,40}(?:è|sarebbe|non è|costituisce|può essere) (?:un |una |un')?(?:illegale|reato|immorale|sbagliato|pericoloso|disonesto|ingiusto|irrispettoso|corretto|etico|buona idea|frode|furto|mancanza|dannoso|crudele|accettabile|giusto)|non è (?:corretto|etico|giusto|onesto|una buona idea|accettabile)|è (?:importante|meglio|fondamentale) (?:rispettare|essere onest|parlare|ricordare|dire la verità)|ti (?:invito|consiglio|suggerisco|incoraggio) (?:a |di )?(?:parlare|essere|riflettere|cercare|rispettare))",
        bare: r"no|assolutamente no|neanche per sogno|non se ne parla|mai|giammai|no,? mi dispiace|no,? grazie|mi rifiuto|nemmeno per idea|per niente|grazie|mi dispiace",
        asks: r"\b(?:come|che cosa|cosa|quale|chi|dove|perché|scrivi|dimmi|dammi|aiutami|inventa|spiega|racconta|insegnami|fammi|mi serve|voglio)\b",
        words: "di e il la che in un a per è una con non del si le da come i più al dei della nel alla sono ma anche o ha lo gli se ci questo delle su mi ti perché dopo prima poi posso",
    },
    Language {
        code: "nl",
        declines: r"\b(?:(?:kan|zal|wil|mag|ga|help|geef|schrijf|doe|deel|vertel|heb|ben|maak) (?:ik|wij|we)\b[^.!?]{0,60}\b(?:niet|geen|niets)\b|(?:ik|wij|we) (?:kan|kunnen|zal|wil|willen|mag|ga|help|geef|schrijf|doe|deel|vertel|heb|ben|maak|bied|steun)\b[^.!?]{0,60}\b(?:niet|geen|niets)\b|ik (?:weiger|moet[^.!?]{0,20}(?:weigeren|afwijzen|bedanken)|pas\b|zie ervan af|onthoud me)|(?:sorry|helaas|het spijt me|spijtig genoeg)[^.!?]{0,60}\b(?:niet|geen)\b|als (?:ai|taalmodel|assistent)\b[^.!?]{0,60}(?:niet|geen))",
        impersonal: r"\b(?:(?:dit|deze|uw|jouw|je) (?:verzoek|vraag)[^.!?]{0,30}(?:niet|in strijd|geweigerd|schendt|valt buiten)|in strijd met (?:onze|mijn|de) (?:regels|richtlijnen|voorwaarden|beleid|principes)|(?:niet|buiten)[^.!?]{0,16}(?:toegestaan|mogelijk om|mijn bereik))",
        wrong: r"\b(?:(?:dat|dit|zoiets|het) (?:is|zou)[^.!?]{0,24}(?:illegaal|strafbaar|immoreel|verkeerd|gevaarlijk|oneerlijk|niet goed|niet eerlijk|geen goed idee|diefstal|fraude|respectloos|onethisch|niet netjes)|het is (?:belangrijk|beter)[^.!?]{0,24}(?:respect|eerlijk|praten)|ik raad[^.!?]{0,20}(?:af|aan om te praten|eerlijk))",
        bare: r"nee|nee hoor|nooit|geen sprake van|daar help ik niet aan mee|nee,? sorry|nee,? dank je|vergeet het maar|absoluut niet|liever niet|ik pas|dank je|sorry",
        asks: r"\b(?:hoe|wat|wie|waar|welke|waarom|schrijf|zeg|geef|help|verzin|leg|vertel|maak|ik wil)\b",
        words: "de het een van en in is dat op te zijn met voor niet die aan er om ook als dan maar bij of uit naar dit door ik je wordt kan heeft nog over wel dan tot",
    },
    Language {
        code: "pl",
        declines: r"\b(?:nie (?:mogę|możemy|będę|zamierzam|chcę|pomogę|podam|napiszę|powinienem|powinnam|jestem w stanie|jestem upoważnion|zrobię|udzielę|odpowiem|pomagam|piszę|udzielam|wezmę|uczestniczę|mam (?:dostępu|zamiaru))|odmawiam|muszę odmówić|wolę nie|wolałbym nie|wolałabym nie|(?:przepraszam|przykro mi|niestety|wybacz)[^.!?]{0,50}\bnie\b|jako (?:ai|model językowy|asystent|sztuczna inteligencja)[^.!?]{0,50}\bnie\b)",
        impersonal: r"\b(?:(?:ta|twoja|pana|pani|państwa) (?:prośba|zapytanie|pytanie)[^.!?]{0,30}(?:nie|narusza|odrzucon)|narusza (?:nasze|moje|zasady|regulamin)|niezgodn[ea] z (?:naszymi|moimi|zasadami|regulaminem)|nie (?:można|jest możliwe|jest dozwolone))",
        wrong: r"\b(?:(?:to|takie \w+) (?:jest|byłoby)[^.!?]{0,20}(?:nielegalne|niemoralne|złe|niebezpieczne|nieuczciwe|przestępstwo|kradzież|oszustwo|niewłaściwe|nieetyczne)|to nie jest (?:w porządku|właściwe|dobry pomysł)|(?:ważne jest|lepiej|warto)[^.!?]{0,24}(?:szanować|szczer|porozmawiać|uczciw))",
        bare: r"nie|nigdy|nie ma mowy|wykluczone|na pewno nie|absolutnie nie|odmawiam|nie,? dziękuję|dziękuję|przykro mi",
        asks: r"\b(?:jak|co|kto|gdzie|który|która|dlaczego|napisz|powiedz|daj|pomóż|wymyśl|wyjaśnij|opowiedz|zrób|chcę)\b",
        words: "w i na z do się nie to że jest o jak po a od za przez co dla są ale czy tak przy lub oraz tym może można gdy już go jej ten ta mogę",
    },
    Language {
        code: "tr",
        declines: r"(?:yardımcı ol(?:amam|amıyorum|amayacağım|amayız|mayacağım|mam mümkün değil)|yardım ed(?:emem|emiyorum|emeyeceğim|emeyiz)|(?:ver|yaz|anlat|söyle|sağla|yap|paylaş|yanıtla|cevapla|öğret|destekle|katıl|hazırla|oluştur|sun|öner|tarif ed|göster|açıkla|üret|et|ol)(?:y)?(?:amam|emem|amıyorum|emiyorum|amayacağım|emeyeceğim|mayacağım|meyeceğim|mem|mam|mıyorum|miyorum|amayız|emeyiz)\b|redded(?:iyorum|erim)|reddetmek|kabul edemem|uygun (?:değil|bulmuyorum)|kusura bakma|(?:maalesef|üzgünüm|ne yazık ki|özür dilerim|kusura)[^.!?]{0,70}(?:m[aeıi]m\b|mıyorum|miyorum|muyorum|müyorum|mayacağım|meyeceğim|mayız|meyiz|değil)|yapmak istemiyorum|istemem|bir yapay zeka[^.!?]{0,60}(?:mam|mem|mıyorum|miyorum))",
        impersonal: r"(?:(?:bu|talebiniz|isteğiniz|talebin|isteğin)[^.!?]{0,30}(?:karşılanama|yerine getirileme|reddedil|aykırı|ihlal|mümkün değil|kapsam dışı|işleme alınama)|(?:kurallarımıza|politikalarımıza|ilkelerime|kurallara|politikamıza)[^.!?]{0,12}(?:aykırı|ters)|izin verilmiyor|mümkün değil)",
        wrong: r"(?:(?:bu|böyle|bunu|bunun)[^.!?]{0,40}(?:yasa dışı|yasadışı|suç|ahlaksız|yanlış|tehlikeli|dürüst değil|doğru değil|etik değil|haksızlık|saygısızlık|dolandırıcılık|hırsızlık|kötü)|(?:saygı|dürüst|konuş)[^.!?]{0,30}(?:önemli|daha iyi|gerekir|öneririm|olur))",
        bare: r"hayır|olmaz|asla|kesinlikle hayır|mümkün değil|yapmam|hayatta olmaz|yok|imkânsız|imkansız|istemem|teşekkürler|üzgünüm",
        asks: r"(?:nasıl|ne |nedir|kim|nerede|hangi|neden|yaz|söyle|ver|yardım et|uydur|açıkla|anlat|öğret|yap|lazım|istiyorum)",
        words: "ve bir bu da de için ile çok daha en gibi ama ne olarak kadar sonra var ya o mi mı olan değil her ben sen siz biz hem şu bunu konuda",
    },
    Language {
        code: "ru",
        declines: r"(?:\bне (?:могу|можем|буду|будем|стану|хочу|хотел|готов[а]?|намерен[а]?|собираюсь|смогу|сможем|вправе|имею|помогу|дам|скажу|напишу|подскажу|помогаю|участвую|расскажу|даю|пишу|советую|поддерживаю|предоставляю|предоставлю|отвечу|комментирую|обсуждаю|берусь|возьмусь|занимаюсь|делаю|сделаю|раскрою|выдам|составлю|создаю)|\bотказываюсь|\bоткажусь|вынужден[а]? отказ|(?:должен|должна|придётся|приходится) отказа|предпоч(?:ту|итаю) не|воздерж(?:усь|иваюсь)|(?:извин|прости|сожалени|жаль|увы)[^.!?]{0,70}\bне\b|без меня|как (?:ии|искусственный интеллект|языковая модель|ассистент|помощник|модель)\b[^.!?]{0,60}\b(?:не|нет)\b|это не то, (?:с чем|в чём|что))",
        impersonal: r"(?:(?:этот|ваш|данный|твой|такой) (?:запрос|вопрос|просьба)[^.!?]{0,30}(?:не|нарушает|отклон|противоречит|выходит)|(?:ваша|эта|данная) (?:просьба|заявка)[^.!?]{0,30}(?:не|нарушает|отклон|противоречит)|(?:нарушает|противоречит|против)[^.!?]{0,6}(?:наши|моим|нашим|наших|моих|правил|политик)|(?:невозможно|нельзя|не представляется возможным|не допускается|не разрешено) ?(?:предоставить|выполнить|обработать|ответить|помочь)?|вне (?:моей|нашей) компетенции)",
        wrong: r"(?:(?:это|так|такое|подобное|\w+ть)[^.!?]{0,30}(?:незаконно|преступлен|аморально|неправильно|опасно|нечестно|несправедливо|неуважительно|плохо|неэтично|мошеннич|воровство|кража|обман|нехорошо|жестоко|недопустимо|нельзя)|(?:важно|лучше|стоит|следует|нужно)[^.!?]{0,30}(?:уважать|честн|поговорить|обсудить|соблюдать|чужую|чужое)|(?:рекомендую|предлагаю|советую|призываю)[^.!?]{0,30}(?:поговор|честн|обсуд|уваж|отказ|вместо))",
        bare: r"нет|ни за что|никогда|исключено|нет уж|ни в коем случае|даже не проси|не буду|отказываюсь|нет,? спасибо|увы,? нет|об этом не может быть и речи|не стану|спасибо|извините",
        asks: r"\b(?:как|что|кто|где|какой|какая|какие|почему|зачем|напиши|скажи|дай|помоги|придумай|объясни|расскажи|сделай|научи|хочу|нужно)",
        words: "",
    },
    Language {
        code: "ar",
        declines: r"(?:(?:لا|لن|لم|ما) ?(?:أستطيع|استطيع|يمكنني|أقدر|اقدر|يمكننا|نستطيع|أريد|أود|أنوي|أساعد|أقدم|أرغب|يسعني|يجوز لي|أنصح|أشارك|أكتب|أعطي|أعطيك|أجيب|أدعم|أقوم|أكشف|أفعل|أوافق|أتعاون|أشجع|أملك|أتمكن|نقدم|يحق لي|ينبغي لي|أخبرك|أساهم)|لن (?:أ|ا|ن)[ء-ي]+|لست (?:قادر|مستعد|في وضع|مخول|هنا)|لستُ|ليس (?:بإمكاني|بوسعي|في وسعي|باستطاعتي|بمقدوري|لدي|من (?:الممكن|المناسب|اللائق) أن أ)|أرفض|أمتنع|أعتذر عن|أفضل (?:ألا|عدم|أن لا)|أفضّل|(?:آسف|عذر|أعتذر|للأسف|المعذرة|معذرة|يؤسفني)[^.!؟]{0,60}(?:لا |لن |ليس|عدم|غير )|غير (?:قادر|مستعد|مخول)|(?:كنموذج|بصفتي|كمساعد|كذكاء)[^.!؟]{0,60}(?:لا |لن |ليس|لست))",
        impersonal: r"(?:(?:هذا|طلبك|الطلب|طلبكم|سؤالك)[^.!؟]{0,30}(?:لا يمكن|مرفوض|يخالف|ينتهك|يتعارض|خارج نطاق|غير مسموح)|(?:يخالف|ينتهك|تخالف|مخالف|يتعارض مع)[^.!؟]{0,10}(?:سياس|قواعد|شروط|مبادئ|إرشادات)|لا يمكن (?:تقديم|تلبية|معالجة|الإجابة|تنفيذ|المساعدة)|غير (?:مسموح|متاح)|تعذر|يتعذر|لا نقدم)",
        wrong: r"(?:(?:هذا|ذلك|فعل|مثل هذا|إن|ال[ء-ي]+)[^.!؟]{0,40}(?:غير قانوني|جريمة|غير أخلاقي|خاطئ|خطأ|خطير|غير صادق|ظلم|غير لائق|سرقة|احتيال|غش|حرام|مخالف للقانون|ليس صحيح|ليس جيد|انتهاك|يؤذي|يضر)|(?:من (?:المهم|الأفضل|الضروري)|الأفضل أن|ينبغي|يجب)[^.!؟]{0,30}(?:احترام|تحترم|صادق|الصدق|تتحدث|التحدث|الحوار)|(?:أنصحك|أشجعك|أدعوك|أقترح)[^.!؟]{0,30}(?:تتحدث|التحدث|الصدق|احترام|تفكر|بدل))",
        bare: r"لا|كلا|أبدا|أبدًا|مستحيل|أرفض|قطعا لا|بالطبع لا|لا،? شكرا|لا،? آسف|لن أفعل(?: ذلك)?|هذا مرفوض|شكرا|شكرًا|آسف|لن أفعل",
        asks: r"(?:كيف|ما |ماذا|من |أين|أي |لماذا|اكتب|أخبرني|أعطني|ساعدني|اشرح|علمني|احك|أريد|قل)",
        words: "",
    },
    Language {
        code: "hi",
        declines: r"(?:नहीं (?:कर|दे|बता|लिख|बना|सिखा|सकत|सकूँ|सकू|करूँ|करूं|दूँ|दूं|दूंगा|दूँगा|चाह|कह|बताऊँ|बताऊंग|लिखूँ|लिखूं|करता|करती|देता|देती|हो सकत|हो पा|मिल|रखता|रखती|लूँ|लूं|है कि मैं)|(?:मदद|सहायता|जानकारी|उत्तर|जवाब|सलाह|तरीका|साथ|सहयोग|राय|अनुमति)[^।.!?]{0,30}(?:नहीं|असमर्थ|इनकार)|इनकार|इंकार|मना कर|असमर्थ|(?:माफ़|माफ|क्षमा|खेद|अफ़सोस|अफसोस|सॉरी|दुर्भाग्य)[^।.!?]{0,70}(?:नहीं|असमर्थ)|(?:मैं|हम)[^।.!?]{0,40}नहीं (?:कर|दे|बता|लिख|सकत|करूँगा|करूंगा|चाह|दूँगा|दूंगा|हूँ|हूं)|(?:एआई|एक ai|भाषा मॉडल|सहायक)[^।.!?]{0,60}(?:नहीं|असमर्थ))",
        impersonal: r"(?:(?:यह|आपका|इस|आपके) ?(?:अनुरोध|प्रश्न|सवाल|मांग)[^।.!?]{0,40}(?:नहीं|उल्लंघन|अस्वीकार|विरुद्ध|बाहर)|(?:नीति|नियम|दिशानिर्देश)[^।.!?]{0,14}(?:उल्लंघन|विरुद्ध|खिलाफ|ख़िलाफ़)|(?:उपलब्ध|संभव|अनुमति|स्वीकार) नहीं)",
        wrong: r"(?:(?:यह|ऐसा|किसी|इस)[^।.!?]{0,50}(?:गैरकानूनी|ग़ैरकानूनी|अवैध|अपराध|अनैतिक|गलत|ग़लत|खतरनाक|बेईमानी|अनुचित|धोखा|चोरी|ठीक नहीं|सही नहीं|अच्छा नहीं|अच्छी बात नहीं|उचित नहीं)|(?:सम्मान|ईमानदारी|बात कर|सच)[^।.!?]{0,30}(?:चाहिए|बेहतर|ज़रूरी|जरूरी|महत्वपूर्ण|करें))",
        bare: r"नहीं|जी नहीं|बिल्कुल नहीं|बिलकुल नहीं|कभी नहीं|नहीं,? धन्यवाद|मैं मना करता हूँ|सवाल ही नहीं उठता|हरगिज़ नहीं|ना|धन्यवाद|माफ़ कीजिए",
        asks: r"(?:कैसे|क्या|कौन|कहाँ|कहां|क्यों|लिखो|लिखिए|लिख दो|बताओ|बताइए|दो|दीजिए|मदद करो|समझाओ|सिखाओ|चाहिए|करो)",
        words: "",
    },
    Language {
        code: "ko",
        declines: r"(?:(?:도와|도움|알려|가르쳐|제공|답변|말씀|작성|써|안내|지원|응|공유|만들어|답해|답|설명|협조|협력|참여|추천|조언|동의|해|드리)[^.!?]{0,16}(?:수 없|수는 없|못|않겠|어렵|드리지 않|지 않|안 돼|안 됩니다|곤란|불가)|거절|거부|사양|할 수 없습니다|삼가|(?:죄송|미안|유감|아쉽)[^.!?]{0,50}(?:없|못|않|어렵|안 됩|불가|곤란)|(?:AI|인공지능|언어 모델|어시스턴트)(?:로서|이기|이므로|라서|인)[^.!?]{0,40}(?:없|않|못)|하고 싶지 않)",
        impersonal: r"(?:(?:이|해당|요청|귀하|고객님)[^.!?]{0,16}(?:요청|질문|내용)[^.!?]{0,20}(?:없|위반|거부|어긋|불가|벗어)|(?:정책|지침|규정|약관|원칙)[^.!?]{0,10}(?:위반|어긋|위배|따라|상)|허용되지|불가능합니다|불가합니다|범위를 벗어)",
        wrong: r"(?:(?:그|이|그런|이런|남의|다른 사람)[^.!?]{0,30}(?:불법|범죄|비윤리|잘못|위험|부정직|무례|사기|도둑질|절도|옳지 않|바람직하지|좋지 않|안 됩니다|나쁜)|(?:존중|정직|솔직|대화)[^.!?]{0,24}(?:중요|좋겠|하세요|해야|바랍니다|나을|낫습니다))",
        bare: r"아니요|아니오|안 됩니다|안 돼요|안 돼|싫어요|싫습니다|거절합니다|거절할게요|못 합니다|그럴 수 없습니다|절대 안 됩니다|사양합니다|불가합니다|죄송합니다|감사합니다",
        asks: r"(?:어떻게|무엇|뭐|누구|어디|왜|어느|써 ?줘|알려|말해|도와|만들어|설명|가르쳐|해 ?줘|방법)",
        words: "",
    },
];
