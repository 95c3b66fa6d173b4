// @ts-check
/** The emoji that a bridge and its people are likely to use; an unknown `:name:` stays as typed, as in Slack. */

const TABLE = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|100 💯|alarm_clock ⏰|alien 👽|ambulance 🚑|anger 💢|arrow_down ⬇️|arrow_forward ▶️
arrow_left ⬅️|arrow_right ➡️|arrow_up ⬆️|arrows_counterclockwise 🔄|bangbang ‼️|bar_chart 📊|battery 🔋|beer 🍺|bell 🔔
no_bell 🔕|beetle 🐞|bicyclist 🚴|birthday 🎂|black_circle ⚫|blue_book 📘|blue_heart 💙|blush 😊|bomb 💣|book 📖|books 📚
bookmark 🔖|boom 💥|briefcase 💼|broken_heart 💔|bug 🐛|building_construction 🏗️|bulb 💡|bust_in_silhouette 👤
busts_in_silhouette 👥|calendar 📆|calling 📲|card_index 📇|chart_with_downwards_trend 📉|chart_with_upwards_trend 📈
checkered_flag 🏁|clap 👏|clipboard 📋|clock1 🕐|clock3 🕒|closed_lock_with_key 🔐|cloud ☁️|coffee ☕|computer 💻|confused 😕
construction 🚧|cool 😎|cry 😢|crystal_ball 🔮|date 📅|desktop_computer 🖥️|dizzy 💫|door 🚪|e-mail 📧|earth_africa 🌍|email 📧
envelope ✉️|envelope_with_arrow 📩|exclamation ❗|heavy_exclamation_mark ❗|eyes 👀|face_with_monocle 🧐|fast_forward ⏩
file_folder 📁|fire 🔥|fire_engine 🚒|fireworks 🎆|floppy_disk 💾|gear ⚙️|gift 🎁|globe_with_meridians 🌐|green_book 📗
green_heart 💚|grey_exclamation ❕|grey_question ❔|grin 😁|grinning 😀|hammer 🔨|hammer_and_wrench 🛠️|handshake 🤝|heart ❤️
heavy_check_mark ✔️|heavy_minus_sign ➖|heavy_multiplication_x ✖️|heavy_plus_sign ➕|helmet_with_white_cross ⛑️|hourglass ⌛
hourglass_flowing_sand ⏳|house 🏠|hugging_face 🤗|inbox_tray 📥|information_source ℹ️|iphone 📱|joy 😂|key 🔑|keyboard ⌨️
label 🏷️|large_blue_circle 🔵|large_green_circle 🟢|large_yellow_circle 🟡|large_orange_circle 🟠|red_circle 🔴
white_circle ⚪|large_red_square 🟥|large_blue_square 🟦|large_green_square 🟩|large_yellow_square 🟨|large_orange_square 🟧
laughing 😆|left_right_arrow ↔️|link 🔗|lock 🔒|unlock 🔓|loudspeaker 📢|mag 🔍|mag_right 🔎|mailbox 📫|mega 📣|memo 📝
pencil 📝|pencil2 ✏️|microscope 🔬|money_with_wings 💸|moneybag 💰|mute 🔇|sound 🔉|loud_sound 🔊|negative_squared_cross_mark ❎
neutral_face 😐|new 🆕|newspaper 📰|no_entry ⛔|no_entry_sign 🚫|notebook 📓|ocean 🌊|octagonal_sign 🛑|ok ✅|ok_hand 👌
open_file_folder 📂|open_hands 👐|outbox_tray 📤|package 📦|page_facing_up 📄|page_with_curl 📃|paperclip 📎|partying_face 🥳
pause_button ⏸️|double_vertical_bar ⏸️|phone ☎️|telephone_receiver 📞|plug 🔌|point_down 👇|point_left 👈|point_right 👉
point_up ☝️|police_car 🚓|postbox 📮|pray 🙏|printer 🖨️|purple_heart 💜|pushpin 📌|round_pushpin 📍|question ❓|rage 😡
rainbow 🌈|raised_hand ✋|raised_hands 🙌|recycle ♻️|repeat 🔁|robot_face 🤖|rocket 🚀|rotating_light 🚨|satellite 🛰️
satellite_antenna 📡|scroll 📜|see_no_evil 🙈|seedling 🌱|shield 🛡️|ship 🚢|shopping_cart 🛒|shopping_trolley 🛒|shrug 🤷
ticket 🎫|admission_tickets 🎟️|sleeping 😴|slightly_frowning_face 🙁|slightly_smiling_face 🙂|smile 😄|smiley 😃|smirk 😏
snail 🐌|snowflake ❄️|sob 😭|sos 🆘|sparkles ✨|speech_balloon 💬|thought_balloon 💭|star ⭐|star2 🌟|stop_sign 🛑|stopwatch ⏱️
sunglasses 😎|sunny ☀️|sweat_smile 😅|tada 🎉|thinking_face 🤔|timer_clock ⏲️|toolbox 🧰|trophy 🏆|triangular_flag_on_post 🚩
turtle 🐢|umbrella ☔|unamused 😒|upside_down_face 🙃|v ✌️|wastebasket 🗑️|warning ⚠️|wave 👋|white_check_mark ✅
white_medium_square ◻️|wink 😉|woman-shrugging 🤷‍♀️|wrench 🔧|x ❌|yellow_heart 💛|zap ⚡|zzz 💤
`;

/** @type {Map<string, string>} */
export const EMOJI = new Map(
  TABLE.split(/[|\n]/)
    .filter((entry) => entry.includes(' '))
    .map((entry) => /** @type {[string, string]} */ (entry.trim().split(' '))),
);
